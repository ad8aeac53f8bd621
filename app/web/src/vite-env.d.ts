/// <reference types="vite/client" />
declare module 'virtual:theme.css';
declare module 'virtual:emoji' {
  const rows: [group: number, emoji: string, en: string, de: string, words: string][];
  export default rows;
}
