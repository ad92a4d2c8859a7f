import type { ComponentChildren } from 'preact'

import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { href } from '../../router'
import {
  isAdmin, moment, newestBackups, newestOperations, reachable, schedule, sessionEnded, stats, useResource,
} from '../../store'
import { Button, Icon, LinkButton } from '../../ui'

import { Cards } from './cards'
import { Charts } from './charts'
import { judge, newestOf, type Facts, type Finding, type Level } from './health'
import { sentence } from './sentence'

/** How things stand, on top of everything. What is under way comes between the sentence and the numbers. */
export function Overview({ children }: { children: ComponentChildren }) {
  const facts = useFacts()
  const { level, findings } = judge(facts)
  const [first, ...others] = findings
  return (
    <section class="overview" aria-label={t('overview.title')}>
      <div class={`health ${level}`} role="status" aria-atomic="true">
        <Icon name={icons[level]} size={32} />
        <div class="health-text">
          <p class="health-level">{t(`overview.level.${level}`)}</p>
          <p class="health-sentence">{sentence(first)}</p>
          {others.length > 0 && <Others findings={others} />}
        </div>
        <Actions findings={findings} facts={facts} />
      </div>
      {children}
      <Cards facts={facts} />
      <Charts />
    </section>
  )
}

const icons = { good: 'shield', warn: 'alert', bad: 'cross', unknown: 'help' } as const satisfies Record<Level, string>

function Others({ findings }: { findings: Finding[] }) {
  return (
    <ul class="health-others" aria-label={t('overview.also')}>
      {findings.map((f) => (
        <li key={`${f.code} ${f.part ?? ''}`} class={f.level}>
          {sentence(f)}
        </li>
      ))}
    </ul>
  )
}

/** useFacts gathers what the verdict is made of. */
function useFacts(): Facts {
  const backups = useResource(newestBackups)
  const operations = useResource(newestOperations)
  const counts = useResource(stats)
  const plan = useResource(schedule)
  return {
    now: Math.max(moment.value, backups.updatedAt ?? 0),
    backups: backups.data?.backups,
    complete: backups.data !== undefined && !backups.data.cursor,
    operations: operations.data?.operations ?? [],
    stats: counts.data,
    schedule: plan.data,
    heard: backups.updatedAt,
    silent: !reachable.value || sessionEnded.value,
    failed: backups.error !== undefined || counts.error !== undefined,
    reading: [backups, operations, counts, plan].some((r) => r.data === undefined && r.error === undefined),
  }
}

/** What to do about the findings: for each kind of remedy one button. */
function Actions({ findings, facts }: { findings: Finding[]; facts: Facts }) {
  if (findings[0]?.level === 'unknown') return null
  const about = (codes: Finding['code'][]) => findings.find((f) => codes.includes(f.code))
  const create = about(['missing', 'missingFailed', 'onlyDamaged', 'damagedNewest', 'failing', 'overdue', 'old', 'failed', 'partial'])
  const look = about(['shrunk', 'restoreFailed', 'restorePartial', 'failing', 'failed', 'partial', 'missingFailed', 'damagedNewest', 'onlyDamaged'])
  const plan = about(['scheduleOff', 'schedulerStopped'])
  const check = about(['neverVerified', 'verifiedLongAgo'])
  const newest = newestOf('database', facts).sound ?? newestOf('storage', facts).sound
  return (
    <div class="health-actions">
      {look?.subject && <LinkButton href={recordAddress(look)}>{t('overview.do.look')}</LinkButton>}
      {create && isAdmin.value && (
        <Button kind="primary" popup="dialog" onClick={() => openDialog({ name: 'create', kind: !create.part || create.part === 'both' ? 'full' : create.part })}>
          {t('overview.do.create')}
        </Button>
      )}
      {check && newest && (
        <Button popup="dialog" onClick={() => openDialog({ name: 'verify', backup: newest })}>
          {t('overview.do.verify')}
        </Button>
      )}
      {plan && <LinkButton href={href({ name: 'schedule' })}>{t('overview.do.schedule')}</LinkButton>}
    </div>
  )
}

function recordAddress(finding: Finding): string {
  const operation = finding.code === 'restoreFailed' || finding.code === 'restorePartial'
  return href({ name: operation ? 'operation' : 'details', id: finding.subject ?? '' })
}
