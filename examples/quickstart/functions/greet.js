exports = async function greet(name = 'stranger') {
  const count = await context.functions.execute('countLetters', name)
  return `Hello ${name}, your name has ${count} letters (${context.environment.tag})`
}
