import type { Key, Message } from '../index'

import { audit } from './audit'
import { browse } from './browse'
import { common } from './common'
import { details } from './details'
import { list } from './list'
import { overview } from './overview'
import { progress } from './progress'
import { restore } from './restore'
import { schedule } from './schedule'

/** All texts in Russian: the keys of English, no more and no less. */
export const ru: Record<Key, Message> = {
  ...common, ...overview, ...list, ...details, ...progress, ...restore, ...browse, ...schedule, ...audit,
}
