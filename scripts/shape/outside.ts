import { posix } from 'node:path'
import type { Finding, Project, Rule } from './project.ts'

// Written in pieces, so that this file does not break its own rule.
const hosts = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['npmjs', 'com'],
  ['deb', 'debian', 'org'],
  ['pypi', 'org'],
].map(parts => parts.join('.'))
const places = ['/work/', '../shared/', 'shared/reference', '/root/'].map(place =>
  place.replace('shared', ['sha', 'red'].join('')),
)
const own = 'scripts/shape/outside'

/** What is tracked refers to nothing that a stranger's clone lacks, and names no registry. */
export const outsideRule: Rule = project =>
  [...project.files]
    .filter(([path]) => !path.startsWith(own))
    .flatMap(([path, text]) => [
      ...checkText(path, text),
      ...(path.endsWith('.md') ? checkLinks(project, path, text) : []),
    ])

function checkText(path: string, text: string): Finding[] {
  const words = [...hosts, ...places]
  return text.split('\n').flatMap((row, index): Finding[] => {
    const word = words.find(one => row.includes(one))
    if (word === undefined) return []
    return [{ path, line: index + 1, message: `names ${word}, which a clone does not have` }]
  })
}

/** Links of a page to files of the repository. */
function checkLinks({ files }: Project, path: string, text: string): Finding[] {
  const links = [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)(#[^)]*)?\)/g)].map(
    match => match[1] ?? '',
  )
  const exists = (target: string): boolean =>
    files.has(target) || [...files.keys()].some(file => file.startsWith(`${target}/`))
  return links
    .filter(link => !exists(posix.join(posix.dirname(path), link).replace(/\/$/, '')))
    .map(link => ({ path, message: `links to ${link}, which is not there` }))
}

/** The lockfile names versions and digests only, every package has a digest, and every platform its parts. */
export const lockfileRule: Rule = ({ files }) => {
  const path = 'package-lock.json'
  const text = files.get(path)
  if (text === undefined) return [{ path, message: 'is not there' }]
  const { packages } = JSON.parse(text) as { packages: Record<string, LockEntry> }
  return Object.entries(packages).flatMap(([name, entry]): Finding[] => {
    const isRemote = name.includes('node_modules/') && entry.link !== true
    if (/^\w+:/.test(entry.resolved ?? '')) return [{ path, message: `${name} names a registry` }]
    const lost = Object.keys(entry.optionalDependencies ?? {}).filter(
      part => !Object.keys(packages).some(other => other.endsWith(`node_modules/${part}`)),
    )
    if (lost.length > 0)
      return [{ path, message: `${name} lacks ${lost.join(', ')}: npm ci fails` }]
    if (isRemote && entry.integrity === undefined)
      return [{ path, message: `${name} has no digest` }]
    return []
  })
}

type LockEntry = {
  resolved?: string
  integrity?: string
  link?: boolean
  optionalDependencies?: Readonly<Record<string, string>>
}
