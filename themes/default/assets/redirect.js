// Redirects to the current page, with the query and the fragment. Without scripts, the page's meta refresh leads there
// without them.
{
  const to = document.currentScript.dataset.to;
  // Stops loading this page, because its meta refresh would override the redirect.
  window.stop();
  location.replace(to + location.search + location.hash);
}
