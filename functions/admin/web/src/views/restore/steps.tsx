import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

import { t, type Key } from '../../i18n'

/** The steps of a restore. */
export const steps = ['choose', 'preview', 'confirm', 'run', 'result'] as const

export type StepName = (typeof steps)[number]

/** Where in the restore one is. */
export function Steps({ at }: { at: StepName }) {
  const now = steps.indexOf(at)
  return (
    <ol class="steps" aria-label={t('restore.steps')}>
      {steps.map((step, i) => (
        <li key={step} class={i < now ? 'past' : undefined} aria-current={i === now ? 'step' : undefined}>
          <span>{t(`restore.step.${step}`)}</span>
        </li>
      ))}
    </ol>
  )
}

/** One step: its heading takes the focus when it comes, so that screen readers read on from there. */
export function Step(props: { title: Key; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [props.title])
  return (
    <section class="step">
      {/* A dialog that opens focuses what has autofocus. */}
      <h3 ref={heading} tabIndex={-1} autofocus>
        {t(props.title)}
      </h3>
      {props.children}
    </section>
  )
}
