exports = function welcome({ operationType, user }) {
  console.log(`${operationType}: user ${user.id}, known by ${user.identities.length} identities`)
}
