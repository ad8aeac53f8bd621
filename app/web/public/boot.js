// Runs before the first paint, so that nobody who works in the dark is blinded by a white page. A file of its own, because
// the content security policy allows no script inside the page.
(function () {
  var scheme = null;
  try {
    scheme = localStorage.getItem('kontor.scheme');
  } catch (_) {
    // storage may be closed to us: the system's scheme then
  }
  if (scheme !== 'light' && scheme !== 'dark') {
    scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
