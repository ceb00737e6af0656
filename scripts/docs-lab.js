// Replaces pictures of the lab in the documentation site by the lab itself. A page opened as a file may not load the
// lab's modules, so the pictures stay.
if (location.protocol.startsWith("http")) {
  for (const picture of document.querySelectorAll(".lab")) {
    const frame = document.createElement("iframe");
    frame.title = picture.firstElementChild.alt;
    frame.loading = "lazy";
    frame.src = picture.dataset.lab;
    picture.replaceChildren(frame);
  }
}
