import { audit } from './audit'
import { browse } from './browse'
import { common } from './common'
import { details } from './details'
import { list } from './list'
import { overview } from './overview'
import { progress } from './progress'
import { restore } from './restore'
import { schedule } from './schedule'

/** All texts in English. Keys are area.name, one file an area. */
export const en = {
  ...common, ...overview, ...list, ...details, ...progress, ...restore, ...browse, ...schedule, ...audit,
}
