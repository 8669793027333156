// Goes to the page of today, with the query and the fragment that the reader came with. Without scripts the
// page's own refresh goes there, too, but keeps neither.
{
  const to = document.currentScript.dataset.to;
  // The rest of this page is not read: its refresh would win over what follows.
  window.stop();
  location.replace(to + location.search + location.hash);
}
