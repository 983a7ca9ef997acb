import { svelte } from '@sveltejs/vite-plugin-svelte'
import { NodePackageImporter } from 'sass'
import { defineConfig } from 'vite'

// Leaflet carries the address of its makers for a line under the map, which is not shown here.
const namesNoOtherMachine = {
  name: 'names-no-other-machine',
  transform: (code: string, id: string) => (id.includes('/leaflet/') ? code.replaceAll('https://leafletjs.com', '') : null),
}

export default defineConfig({
  plugins: [svelte(), namesNoOtherMachine],
  css: { preprocessorOptions: { scss: { importers: [new NodePackageImporter()] } } },
  base: './',
  build: {
    outDir: '../static',
    emptyOutDir: true,
    // Nothing is put into the page itself: the content security policy of the service allows files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: true,
    target: 'es2023',
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } },
})
