import { useEffect, useState } from 'preact/hooks'

import type { Progress } from '../../api'

import { remember, speedOf, type Reading, type Speed } from './rate'

// What was read of each record, so that going to another view forgets nothing.
const known = new Map<string, Reading[]>()
const mostKnown = 20

/** Returns how fast a record goes, by its readings since the page was opened. */
export function useSpeed(id: string, progress: Progress): Speed | undefined {
  const [speed, setSpeed] = useState<Speed | undefined>(() => speedOf(known.get(id) ?? []))
  useEffect(() => {
    const readings = remember(known.get(id) ?? [], { at: Date.now(), progress })
    known.delete(id)
    known.set(id, readings)
    for (const oldest of [...known.keys()].slice(0, -mostKnown)) known.delete(oldest)
    setSpeed(speedOf(readings))
  }, [id, progress])
  return speed
}
