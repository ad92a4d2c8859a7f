import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { inject, onTestFinished } from 'vitest'

import { repository } from './places'
import { eventually } from './wait'

const run = promisify(execFile)

/** All stacks of a file; they end with it. */
export const stacks = new Set<Stack>()

/** Who may sign in. */
export type Account = 'admin' | 'viewer'

/** The whole service with its servers, in a directory of its own. */
export class Stack {
  private readonly root = mkdtempSync(join(tmpdir(), 'vertex-e2e-'))
  private readonly environment: NodeJS.ProcessEnv
  private process: ChildProcess | undefined
  private output = ''

  private constructor(
    private readonly ports: { http: number; s3: number; dynamoDB: number },
    settings: Record<string, string>,
  ) {
    mkdirSync(join(this.root, '.local'))
    writeFileSync(join(this.root, 'go.mod'), 'module here\n')
    for (const name of ['template.yaml', '.local/bin', '.local/npm']) symlinkSync(join(repository, name), join(this.root, name))
    this.environment = {
      PATH: process.env['PATH'], HOME: this.root, TMPDIR: tmpdir(), DEMO_SCALE: '0.005', MIN_AGE_DAYS: '0',
      PORT: `${ports.http}`, S3_PORT: `${ports.s3}`, DYNAMODB_PORT: `${ports.dynamoDB}`, ...settings,
    }
  }

  /**
   * Starts a service that ends with the tests of the file. Settings are those
   * of .env and of infra/local. It has taken its first full backup.
   */
  static async start(settings: Record<string, string> = {}): Promise<Stack> {
    const stack = new Stack({ http: await freePort(), s3: await freePort(), dynamoDB: await freePort() }, settings)
    stacks.add(stack)
    await stack.start()
    await eventually('the first backup is taken', () => stack.output.includes('The first full backup is taken'), 60_000)
    return stack
  }

  /** The address of the service. */
  get origin(): string {
    return `http://localhost:${this.ports.http}`
  }

  /** The address of the S3 server, where downloads come from. */
  get s3(): string {
    return `http://127.0.0.1:${this.ports.s3}`
  }

  /** Starts the service again with the data that it had. */
  async start(): Promise<void> {
    this.output = ''
    const child = spawn(inject('binary'), ['run'], { cwd: this.root, env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] })
    this.process = child
    process.once('exit', () => child.kill('SIGKILL')) // when the tests themselves are ended
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    await eventually('the service runs', () => {
      if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}:\n${this.output}`)
      return this.output.includes('Ctrl-C stops everything')
    })
  }

  /** Kills the service where it is, as a power failure does; its servers die with it. */
  async kill(): Promise<void> {
    await this.signal('SIGKILL')
    for (const port of Object.values(this.ports)) await eventually(`port ${port} is free`, async () => !(await listening(port)))
  }

  /** Stops the service and removes all that it had. */
  async end(): Promise<void> {
    stacks.delete(this)
    await this.signal('SIGTERM')
    rmSync(this.root, { recursive: true, force: true })
  }

  private async signal(signal: NodeJS.Signals): Promise<void> {
    const child = this.process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  /**
   * Holds the S3 server still, so that work waits for it; the function that it
   * returns lets it go on, and so does the end of the test.
   */
  holdStore(): () => void {
    const pid = listener(this.ports.s3)
    process.kill(pid, 'SIGSTOP')
    const release = () => {
      if (listenerOrNone(this.ports.s3) === pid) process.kill(pid, 'SIGCONT')
    }
    onTestFinished(release)
    return release
  }

  /** Returns the password that the service printed. */
  password(account: Account): string {
    const found = new RegExp(`${account}@vertex-ar\\.local +password (\\S+)`).exec(this.output)
    if (!found?.[1]) throw new Error(`no password of ${account} in:\n${this.output}`)
    return found[1]
  }

  /** Writes many invented records into the catalog. */
  async seed(backups: number): Promise<void> {
    await run(inject('binary'), ['seed'], { cwd: this.root, env: { ...this.environment, SEED_BACKUPS: `${backups}` } })
  }

  /** What is backed up: the database, or a path below the media. */
  get database(): string {
    return join(this.root, '.local/run/vertex-ar/app_data.db')
  }

  media(...path: string[]): string {
    return join(this.root, '.local/run/vertex-ar/storage', ...path)
  }

  /** Returns the archives of a backup, as the S3 server keeps them; beside each it keeps files about it. */
  archives(backup: string): string[] {
    const directory = join(this.root, '.local/run/s3')
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && e.name.endsWith('.zst') && join(e.parentPath, e.name).includes(`/archives/${backup}/`))
      .map((e) => join(e.parentPath, e.name))
  }
}

/**
 * Picks a port below those that the system gives to connections, so that it is
 * still free when a server takes it.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (!(await listening(port))) return port
  }
}

function listening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** listener returns the S3 server that was told to listen on the port. */
function listener(port: number): number {
  const pid = listenerOrNone(port)
  if (pid === undefined) throw new Error(`no server listens on ${port}`)
  return pid
}

function listenerOrNone(port: number): number | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      if (words[0]?.includes('versitygw') && words.some((w) => w === `127.0.0.1:${port}` || w === `:${port}` || w === `${port}`)) {
        return Number(pid)
      }
    } catch {
      // It has just ended.
    }
  }
  return undefined
}
