import { Component, type ComponentChildren } from 'preact'

import { t } from '../i18n'
import { Button, Notice } from '../ui'

/** Keeps a part of the page that fails from taking the rest with it. */
export class Boundary extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false }

  static override getDerivedStateFromError() {
    return { failed: true }
  }

  override componentDidCatch(error: unknown) {
    console.error(error)
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <Notice tone="bad" role="alert" title={t('error.render')}>
        <p>{t('error.renderText')}</p>
        <Button small icon="refresh" onClick={() => location.reload()}>
          {t('error.reload')}
        </Button>
      </Notice>
    )
  }
}
