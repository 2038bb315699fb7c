export { type EmbeddedDocuments, openEmbedded } from '../src/documents/embedded/index.ts'
export { buildDirectory, type TestApp, type TestProvider } from './build-directory.ts'
export { type GraphServer, graphApp, startGraphServer } from './graph-server.ts'
export {
  startTestServer,
  type TestRequest,
  type TestServer,
  type TestServerOptions,
} from './start-server.ts'
export { dropDatabases, testCluster } from './test-cluster.ts'
