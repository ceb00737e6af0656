// Replaces pictures of the lab in the documentation site with the lab itself. Browsers do not let a page opened as a
// file load the lab's modules, so such a page keeps its pictures.
if (location.protocol.startsWith("http")) {
  for (const picture of document.querySelectorAll(".lab")) {
    const frame = document.createElement("iframe");
    frame.title = picture.firstElementChild.alt;
    frame.loading = "lazy";
    frame.src = picture.dataset.lab;
    picture.replaceChildren(frame);
  }
}
