import type { ComponentChildren } from 'preact'

import type { ComponentName, Operation } from '../../api'
import { openDialog } from '../../dialogs'
import { t } from '../../i18n'
import { count, dateTime, duration, size } from '../../i18n/format'
import { serverText } from '../../i18n/server'
import { href } from '../../router'
import { isActive, isAdmin } from '../../store'
import { Button, LinkButton, Notice, Outside, Table } from '../../ui'

import { Names } from './sentences'

/** What an operation has done or found. */
export function Result({ operation }: { operation: Operation }) {
  if (isActive(operation.status)) return null
  return (
    <>
      {operation.restore && <RestoreResult operation={operation} restore={operation.restore} />}
      {operation.verify && <VerifyResult found={operation.verify} />}
      {operation.rotate && <RotateResult done={operation.rotate} />}
      {operation.export && <ExportResult made={operation.export} />}
    </>
  )
}

function Section(props: { title: string; children: ComponentChildren }) {
  return (
    <section class="card">
      <div class="card-head">
        <h2>{props.title}</h2>
      </div>
      <div class="card-body stack">{props.children}</div>
    </section>
  )
}

/** A fact of a list of facts. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Whether a restore can be taken back, as far as its record says it. */
export function isUndoable(o: Operation): boolean {
  const changed = o.verb === 'restore' && !o.restore?.dry_run && !isActive(o.status)
  return changed && (o.undoable ?? (o.restore?.safety_backup !== undefined && o.status !== 'cancelled'))
}

function RestoreResult({ operation, restore }: { operation: Operation; restore: NonNullable<Operation['restore']> }) {
  const plan = Object.entries(restore.plan ?? {}) as [ComponentName, NonNullable<typeof restore.plan>[string]][]
  return (
    <Section title={t(restore.dry_run ? 'progress.wouldChange' : 'progress.changed')}>
      {plan.length > 0 ? (
        <Table
          caption={t(restore.dry_run ? 'progress.wouldChange' : 'progress.changed')} captionHidden rows={plan} keyOf={([name]) => name}
          columns={[
            { key: 'component', head: t('progress.component'), rowHeader: true, cell: ([name]) => t(`component.${name}`) },
            { key: 'files', head: t('progress.written'), numeric: true, cell: ([, p]) => count(p.write_files) },
            { key: 'bytes', head: t('progress.bytes'), numeric: true, cell: ([, p]) => size(p.write_bytes) },
            { key: 'metadata', head: t('progress.metadata'), numeric: true, cell: ([, p]) => count(p.metadata_only) },
            { key: 'removed', head: t('progress.removed'), numeric: true, cell: ([, p]) => count(p.remove) },
            { key: 'same', head: t('progress.unchanged'), numeric: true, cell: ([, p]) => count(p.unchanged) },
          ]}
        />
      ) : (
        <p class="muted">{t('progress.nothingChanged')}</p>
      )}
      {restore.safety_backup && (
        <p>
          {t('progress.safety')} <a class="mono" href={href({ name: 'details', id: restore.safety_backup })}>{restore.safety_backup}</a>
        </p>
      )}
      {isUndoable(operation) && isAdmin.value && (
        <p>
          <Button icon="undo" popup="dialog" onClick={() => openDialog({ name: 'undo', operation })}>
            {t('progress.undo')}
          </Button>
        </p>
      )}
    </Section>
  )
}

function VerifyResult({ found }: { found: NonNullable<Operation['verify']> }) {
  return (
    <Section title={t('progress.found')}>
      <Notice tone={found.valid ? 'good' : 'bad'} title={t(found.valid ? 'progress.valid' : 'progress.invalid')}>
        {found.error && <p class="outside">{serverText(found.error)}</p>}
      </Notice>
      <dl class="facts">
        <Fact name={t('progress.depth')}>{t(found.deep ? 'progress.deep' : 'progress.shallow')}</Fact>
        <Fact name={t('progress.entries')}>{count(found.entries)}</Fact>
        <Fact name={t('progress.archives')}>{count(found.archives)}</Fact>
        <Fact name={t('progress.bytesRead')}>{size(found.bytes_read)}</Fact>
      </dl>
      <DamagedFiles found={found} />
    </Section>
  )
}

/** Names what a verification found damaged. */
export function DamagedFiles({ found }: { found: NonNullable<Operation['verify']> }) {
  return (
    <>
      {found.damaged_files.length > 0 && (
        <div class="stack names-section">
          <p class="names-title">{t('progress.damagedFiles', { count: found.damaged_file_count })}</p>
          <Names texts={found.damaged_files} mono />
          {found.damaged_file_count > found.damaged_files.length && <p class="muted">{t('progress.andMore')}</p>}
        </div>
      )}
      {found.damaged_archives.length > 0 && (
        <div class="stack names-section">
          <p class="names-title">{t('progress.damagedArchives', { count: found.damaged_archive_count })}</p>
          <Names texts={found.damaged_archives} mono />
        </div>
      )}
    </>
  )
}

function RotateResult({ done }: { done: NonNullable<Operation['rotate']> }) {
  return (
    <Section title={t(done.dry_run ? 'progress.wouldRemove' : 'progress.cleaned')}>
      <dl class="facts">
        <Fact name={t('progress.removedBackups')}>{count(done.total_removed)}</Fact>
        <Fact name={t('progress.freed')}>{size(done.freed_bytes)}</Fact>
        <Fact name={t('progress.swept')}>{count(done.swept_objects)}</Fact>
        <Fact name={t('progress.repacked')}>{count(done.repacked_archives)}</Fact>
      </dl>
      {done.removed_backups.length > 0 && <Names texts={done.removed_backups} mono />}
      {done.kept.length > 0 && (
        <details class="more">
          <summary>{t('progress.kept', { count: done.kept.length })}</summary>
          <Table
            caption={t('progress.kept', { count: done.kept.length })} captionHidden rows={done.kept} keyOf={(k) => k.id}
            columns={[
              { key: 'id', head: t('details.title'), rowHeader: true, cell: (k) => <a class="mono" href={href({ name: 'details', id: k.id })}>{k.id}</a> },
              { key: 'why', head: t('progress.why'), cell: (k) => <span class="outside">{k.reasons.map(serverText).join('; ')}</span> },
            ]}
          />
        </details>
      )}
    </Section>
  )
}

function ExportResult({ made }: { made: NonNullable<Operation['export']> }) {
  return (
    <Section title={t('progress.export')}>
      <dl class="facts">
        <Fact name={t('progress.exportName')}>
          <Outside text={made.name} />
        </Fact>
        <Fact name={t('list.head.size')}>{size(made.size)}</Fact>
        {made.expires_at && <Fact name={t('progress.until')}>{dateTime(made.expires_at)}</Fact>}
        <Fact name="SHA-256">
          <span class="mono outside">{made.sha256}</span>
        </Fact>
      </dl>
      {made.url && isAdmin.value && (
        <p>
          <LinkButton kind="primary" icon="download" href={made.url} download={made.name}>
            {t('progress.fetch')}
          </LinkButton>
        </p>
      )}
    </Section>
  )
}

/** How long it took, once it has ended. */
export function took(o: { created_at: string; finished_at?: string }): string | undefined {
  return o.finished_at === undefined ? undefined : duration(Date.parse(o.finished_at) - Date.parse(o.created_at))
}
