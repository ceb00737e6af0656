// Replaces pictures of the lab in the documentation site with the lab itself. Pages opened as files keep the pictures,
// because browsers do not let such pages load the lab's modules.
if (location.protocol.startsWith("http")) {
  for (const picture of document.querySelectorAll(".lab")) {
    const frame = document.createElement("iframe");
    frame.title = picture.firstElementChild.alt;
    frame.loading = "lazy";
    frame.src = picture.dataset.lab;
    picture.replaceChildren(frame);
  }
}
