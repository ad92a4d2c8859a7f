import { signal } from '@preact/signals'

import type { JobName } from '../../api'

import type { Draft } from './draft'

/** What is being typed, by job. It outlives the view: going elsewhere loses nothing. */
export const drafts = signal<Partial<Record<JobName, Draft>>>({})

/** Keeps a draft, or forgets it. */
export function setDraft(job: JobName, draft: Draft | undefined): void {
  const { [job]: _, ...others } = drafts.peek()
  drafts.value = draft ? { ...others, [job]: draft } : others
}
