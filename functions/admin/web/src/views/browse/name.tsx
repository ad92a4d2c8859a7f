import { segments } from './names'

/** A name from outside, as it is: what could hide or turn the writing round is shown by its code. */
export function Name({ text, clip }: { text: string; clip?: boolean }) {
  return (
    <span class={clip ? 'outside name clip' : 'outside name'} dir="auto">
      {segments(text).map((segment, i) =>
        segment.code === undefined ? (
          segment.text
        ) : (
          <bdi key={i} class="odd-character" data-code={segment.code} title={segment.code}>
            {segment.text}
          </bdi>
        ),
      )}
    </span>
  )
}
