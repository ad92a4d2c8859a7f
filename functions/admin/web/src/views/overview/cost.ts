import { computed } from '@preact/signals'

import { language } from '../../i18n'

/** US dollars for a GiB and month of S3 Standard in us-east-1 (2026): what the server reckons with, too. */
export const price = 0.023

const prices = computed(
  () => new Intl.NumberFormat(language.value, { style: 'currency', currency: 'USD', minimumFractionDigits: 3 }),
)

/** Formats the price of a GiB, of which a tenth of a cent matters. */
export function priceText(): string {
  return prices.value.format(price)
}
