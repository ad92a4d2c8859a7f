import type { Message } from '../index'

export const details = {
  'details.title': 'Backup',
  'details.facts': 'Facts',
  'details.content': 'Holds',
  'details.notWhole': 'not whole',
  'details.absent': 'not in it',
  'details.size': 'Size when restored',
  'details.added': 'Added to storage',
  'details.never': 'Never',
  'details.expires': 'Kept until',
  'details.checksum': 'SHA-256 of its list of files',
  'details.pinned': 'Pinned',
  'details.related': 'What was done with it',
  'details.noNote': 'No note',
  'details.editNote': 'Edit note',

  'details.damaged': 'This backup is damaged',
  'details.damagedText': 'What is named here cannot be restored from it; everything else can. Take a new backup: what the source still has is stored again. Then check once more.',
  'details.damagedUnnamed': 'Check it to see which files are affected.',
  'details.todo.failed': 'There is nothing in it to restore. Remove the cause and take a new one.',
  'details.todo.partial': 'What is in it can be restored. Remove the cause and take a new one.',
  'details.again': 'Take a new backup…',
  'details.cancelled': 'It was cancelled; there is nothing in it.',
  'details.unverified': 'It has not been checked yet',
  'details.unverifiedText': 'A check reads back what is stored and compares it with its checksums.',
} satisfies Record<string, Message>
