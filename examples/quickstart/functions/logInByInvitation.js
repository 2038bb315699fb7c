exports = function logInByInvitation({ name, code }) {
  if (code !== context.values.get('invitation')) throw new Error('this is no invitation code')
  return { id: `invited-${name}`, name }
}
