import { createWebSocketReceiver, createWindowReceiver } from '@xstate/inspect';
import { render } from 'preact';

const page = document.getElementById('page') as HTMLElement;
console.log(createWebSocketReceiver, createWindowReceiver);
render(<main />, page);
