// In the documentation site: the lab takes the place of its pictures. Opened as a file, a page may not load the lab's
// modules, and the pictures stay.
if (location.protocol.startsWith("http")) {
  for (const picture of document.querySelectorAll(".lab")) {
    const frame = document.createElement("iframe");
    frame.title = picture.firstElementChild.alt;
    frame.loading = "lazy";
    frame.src = picture.dataset.lab;
    picture.replaceChildren(frame);
  }
}
