import { it } from 'vitest'
import { testCluster } from '../../../testing/test-cluster.ts'
import { describeDocuments } from '../contract.ts'
import { noCluster, openTestCluster } from './cluster.ts'
import { knownDifferences } from './differences.ts'

if (testCluster === undefined) it('mongodb passes the contract', context => context.skip(noCluster))
else describeDocuments('mongodb', openTestCluster, knownDifferences)
