// Replaces pictures of the lab in the documentation site with the lab itself. A page that is opened as a file keeps the
// pictures, because browsers do not let it load the lab's modules.
if (location.protocol.startsWith("http")) {
  for (const picture of document.querySelectorAll(".lab")) {
    const frame = document.createElement("iframe");
    frame.title = picture.firstElementChild.alt;
    frame.loading = "lazy";
    frame.src = picture.dataset.lab;
    picture.replaceChildren(frame);
  }
}
