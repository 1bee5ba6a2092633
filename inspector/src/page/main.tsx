import { render } from 'preact';
import type { PageContent } from '../page-file.ts';
import { App } from './app.tsx';
import { sendBy } from './connection/control.ts';
import { connect } from './connection/live.ts';
import { readReport } from './connection/report.ts';
import type { Message } from './model/message.ts';
import { Store } from './model/store.ts';
import type { PageState } from './parts/page-context.ts';

const content = JSON.parse(document.getElementById('content')?.textContent ?? '') as PageContent;
const place = document.getElementById('page') as HTMLElement;
const store = new Store();
const apply = (message: Message) => store.apply(message);

const show = (state: PageState) => render(<App store={store} state={state} isLive={content.live} />, place);

if (content.live) {
  const receiver = connect(apply, () => show({ endedAt: Date.now(), sendEvent: undefined }));
  show({ endedAt: undefined, sendEvent: content.allowControl ? sendBy(receiver) : undefined });
} else {
  show({ endedAt: undefined, sendEvent: undefined });
  void readReport(content.messages, apply);
}
