import { ApiError, previewURL, type Problem } from '../../api'

import { wireForm, type Exact } from './paths'

/** Fetches a picture of a backup. It fails with what the server says of it. */
export async function fetchPicture(backup: string, entry: Exact, signal: AbortSignal): Promise<Blob> {
  const form = wireForm(entry)
  const url = previewURL(backup, 'text' in form ? { path: form.text } : { path: '', path_base64: form.base64 })
  let response: Response
  try {
    response = await fetch(url, { signal, credentials: 'same-origin', redirect: 'error' })
    if (response.ok) return await response.blob()
  } catch {
    throw new ApiError(signal.aborted ? 'aborted' : 'network', 'GET')
  }
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined
  throw new ApiError('http', 'GET', response.status, typeof problem?.detail === 'string' ? problem : undefined)
}
