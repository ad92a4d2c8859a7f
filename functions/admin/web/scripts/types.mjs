// Makes src/api/schema.d.ts of the API's OpenAPI document, read from standard
// input: go run ./infra/openapi | npm run types
import { writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'

import openapi, { astToString } from 'openapi-typescript'

const document = JSON.parse(await text(process.stdin))
const types = astToString(await openapi(document, { alphabetize: true }))
const header = '// Made from the OpenAPI document by make web-types. Do not edit.\n\n'
await writeFile(new URL('../src/api/schema.d.ts', import.meta.url), header + types)
