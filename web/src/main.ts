import { mount } from 'svelte';
import './styles/base.css';
import './styles/tokens.css';
import App from './App.svelte';

mount(App, { target: document.body });
