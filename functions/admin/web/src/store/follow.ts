import { useEffect, useMemo } from 'preact/hooks'

import { read, type Operation } from '../api'

import { isActive } from './index'
import { Resource, useResource, type State } from './resource'

const whileRunning = 1000
const afterwards = 60_000

/**
 * Follows an operation to its end. What is known of it already is shown until
 * the first reading; without an id nothing is read.
 */
export function useOperation(id: string | undefined, known?: Operation): State<Operation> {
  const resource = useMemo(() => following(id), [id])
  useEffect(() => {
    const { data } = resource.state.peek()
    if (known && known.id === id && (!data || isActive(data.status))) resource.set(known)
  }, [resource, known])
  return useResource(resource)
}

function following(id: string | undefined): Resource<Operation> {
  return new Resource<Operation>(
    (signal) => (id === undefined ? new Promise<never>(() => undefined) : read.operation(id, { signal, retries: 0 })),
    { interval: (o) => (o === undefined || isActive(o.status) ? whileRunning : afterwards) },
  )
}
