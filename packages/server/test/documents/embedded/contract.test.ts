import { describeDocuments } from '../contract.ts'
import { openTemp } from './open-temp.ts'

describeDocuments('embedded', () => openTemp())
