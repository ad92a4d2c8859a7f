import { render } from 'preact'

import { startRouter } from './router'
import { App } from './shell/app'
import { startStore } from './store'
import { startClocks } from './store/clock'
import { startTheme } from './theme'

startTheme()
startClocks()
startRouter()
startStore()
render(<App />, document.getElementById('app')!)
