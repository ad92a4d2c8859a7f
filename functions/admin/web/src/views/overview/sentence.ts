import { t } from '../../i18n'
import { ago, dateTime } from '../../i18n/format'

import type { Finding, PartCode } from './health'

/** Says a finding in the page's language. */
export function sentence(finding: Finding): string {
  const params = {
    ...(finding.at !== undefined && { at: ago(finding.at), time: dateTime(finding.at) }),
    ...(finding.good !== undefined && { good: ago(finding.good) }),
    ...(finding.count !== undefined && { count: finding.count }),
  }
  if (finding.part) return t(`overview.${finding.code as PartCode}.${finding.part}`, params)
  return t(`overview.${finding.code as Exclude<Finding['code'], PartCode>}`, params)
}
