import { mount } from 'svelte'
import App from './App.svelte'
import './look/kithmap.scss'

const target = document.getElementById('kithmap')
if (!target) throw new Error('the page is not whole')
mount(App, { target })
