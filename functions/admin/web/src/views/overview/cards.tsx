import type { ComponentChildren } from 'preact'

import type { ComponentName, ScheduleAnswer, Stats } from '../../api'
import { t } from '../../i18n'
import { dateTime, dollars, percent, size, zonedTime } from '../../i18n/format'
import { href } from '../../router'
import { Ago, Icon, StatusBadge, type IconName } from '../../ui'

import { price, priceText } from './cost'
import { lastVerified, newestOf, type Facts } from './health'

/** The numbers behind the sentence. */
export function Cards({ facts }: { facts: Facts }) {
  return (
    <ul class="stat-cards">
      <Good component="database" icon="database" facts={facts} />
      <Good component="storage" icon="image" facts={facts} />
      <Proofs facts={facts} />
      <NextRuns schedule={facts.schedule} />
      <Stored stats={facts.stats} />
    </ul>
  )
}

function Card(props: { icon: IconName; title: string; children: ComponentChildren }) {
  return (
    <li class="card stat">
      <h2>
        <Icon name={props.icon} size={18} /> {props.title}
      </h2>
      {props.children}
    </li>
  )
}

/** The last good backup of a component. */
function Good(props: { component: ComponentName; icon: IconName; facts: Facts }) {
  const { sound } = newestOf(props.component, props.facts)
  return (
    <Card icon={props.icon} title={t(`component.${props.component}`)}>
      {sound ? (
        <>
          <p class="stat-value">
            <a href={href({ name: 'details', id: sound.id })}>
              <Ago time={sound.created_at} />
            </a>
          </p>
          <p class="muted small">{t('overview.card.lastGood')}</p>
          <p class="muted small">{dateTime(sound.created_at)}</p>
        </>
      ) : (
        <>
          <p class="stat-value">{props.facts.backups ? t('overview.card.none') : '…'}</p>
          {props.facts.backups && <p class="muted small">{t(`overview.card.noneOf.${props.component}`)}</p>}
        </>
      )}
    </Card>
  )
}

/** What shows that backups can be relied on. */
function Proofs({ facts }: { facts: Facts }) {
  const verified = lastVerified(facts)
  const restored = facts.stats?.last_restore
  return (
    <Card icon="shield" title={t('overview.card.verified')}>
      <p class="stat-value">
        {verified ? (
          verified.id ? (
            <a href={href({ name: 'details', id: verified.id })}>
              <Ago time={verified.at} />
            </a>
          ) : (
            <Ago time={verified.at} />
          )
        ) : (
          t('overview.card.neverVerified')
        )}
      </p>
      <p class="muted small">{t('overview.card.restored')}</p>
      <p class="small">
        {restored ? (
          <a href={href({ name: 'operation', id: restored.id })}>
            <Ago time={restored.finished_at} />
          </a>
        ) : (
          <span class="muted">{t('overview.card.neverRestored')}</span>
        )}{' '}
        {restored && restored.status !== 'completed' && <StatusBadge record={{ ...restored, verb: 'restore' }} />}
      </p>
    </Card>
  )
}

function NextRuns({ schedule }: { schedule: ScheduleAnswer | undefined }) {
  const next = (schedule?.items ?? [])
    .flatMap((item) => (item.enabled && item.next_runs[0] ? [{ ...item, at: item.next_runs[0] }] : []))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  return (
    <Card icon="calendar" title={t('overview.card.next')}>
      {!schedule && <p class="muted">{t('overview.card.nextUnknown')}</p>}
      {schedule && next.length === 0 && <p class="stat-value">{t('overview.card.nextNone')}</p>}
      <dl class="next-runs">
        {next.map((item) => (
          <div key={item.job} title={zonedTime(item.at, item.timezone || schedule?.timezone || 'UTC')}>
            <dt>{t(`overview.card.job.${item.job}`)}</dt>
            <dd>
              <Ago time={item.at} />
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

function Stored({ stats }: { stats: Stats | undefined }) {
  if (!stats) {
    return (
      <Card icon="layers" title={t('overview.card.stored')}>
        <p class="stat-value">…</p>
      </Card>
    )
  }
  const stored = stats.stored_bytes ?? 0
  const data = stats.logical_bytes ?? 0
  const cost = (stored / 2 ** 30) * price
  const backups = t('count.backups', { count: stats.total_backups })
  const hint = t('overview.card.costHint', { size: size(stored), price: priceText() })
  return (
    <Card icon="layers" title={t('overview.card.stored')}>
      <p class="stat-value">{size(stored)}</p>
      {data > 0 && (
        <p class="muted small">
          {t('overview.card.ofData', { share: percent(stored / data), size: size(data) })}
        </p>
      )}
      <p class="small" title={hint}>
        {cost > 0 && cost < 0.01 ? t('overview.card.costLittle', { backups }) : t('overview.card.cost', { amount: dollars(cost), backups })}
        <span class="visually-hidden"> {hint}</span>
      </p>
    </Card>
  )
}
