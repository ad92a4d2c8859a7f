import { segments } from './segments'

/** Text from outside, as it is: what could hide or turn the writing round is shown by its code. */
export function Outside({ text, clip }: { text: string; clip?: boolean }) {
  return (
    <span class={clip ? 'outside exact clip' : 'outside exact'} dir="auto">
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
