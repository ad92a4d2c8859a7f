/** Waits until ok holds, looking again and again. */
export async function eventually(what: string, ok: () => boolean | Promise<boolean>, within = 30_000): Promise<void> {
  const end = Date.now() + within
  while (!(await ok())) {
    if (Date.now() > end) throw new Error(`not within ${within / 1000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
