// What a person sees of the open notebook: one entry for each cell, in order.
// It measures and reads, and judges nothing; looks.py says what is wrong about it.
() => {
  const text = (node) => node.textContent;
  const size = (node) => {
    const box = node.getBoundingClientRect();
    return [Math.round(box.width), Math.round(box.height)];
  };

  // The size that a picture has of its own: its attributes', or those of the SVG in it.
  const declared = (image) => {
    if (image.hasAttribute("width")) {
      return [Number(image.getAttribute("width")), Number(image.getAttribute("height"))];
    }
    const data = image.src.match(/^data:image\/svg\+xml;base64,(.*)$/);
    if (!data) return [image.naturalWidth, image.naturalHeight];
    const bytes = Uint8Array.from(atob(data[1]), (c) => c.charCodeAt(0));
    const svg = new DOMParser().parseFromString(
      new TextDecoder().decode(bytes), "image/svg+xml").documentElement;
    return ["width", "height"].map((name) => Math.round(Number(svg.getAttribute(name))));
  };

  const picture = (image) => {
    const loaded = image.complete && image.naturalWidth > 0 && image.naturalHeight > 0;
    return { alt: image.alt, loaded, declared: loaded ? declared(image) : null, shown: size(image) };
  };

  // Elements that hold more than they show, to the side; and those that reach out of the notebook.
  const cut = (cell) => {
    const right = cell.closest(".jp-Notebook").getBoundingClientRect().right;
    return [cell, ...cell.querySelectorAll("*")]
      .filter((node) => node.clientWidth > 0 && !node.closest(".cm-announced, .MathJax, .katex"))
      .filter((node) => {
        const style = getComputedStyle(node);
        const clips = style.overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1;
        return clips || node.getBoundingClientRect().right > right + 1;
      })
      .map((node) => `${node.tagName.toLowerCase()}.${node.classList[0] ?? ""}`
        + ` is ${node.scrollWidth} wide and shows ${node.clientWidth}`);
  };

  const channels = (color) => {
    const found = color.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return { rgb: found.slice(0, 3), alpha: found[3] ?? 1 };
  };
  const over = (front, back) =>
    front.rgb.map((value, i) => value * front.alpha + back[i] * (1 - front.alpha));
  const background = (node) => {
    if (!node) return [255, 255, 255];
    const own = channels(getComputedStyle(node).backgroundColor);
    return own.alpha === 1 ? own.rgb : over(own, background(node.parentElement));
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  // WCAG's contrast ratio: 1 for nothing to see, 21 for black on white.
  const contrast = (node) => {
    const back = background(node);
    const front = over(channels(getComputedStyle(node).color), back);
    const [dark, light] = [luminance(front), luminance(back)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  // The words in the outputs with the least contrast. What stands elsewhere has the theme's colors.
  const faint = (cell) => {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    let least = { contrast: 21, text: "" };
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentElement;
      if (!node.data.trim() || !parent.checkVisibility()) continue;
      if (!parent.closest(".jp-OutputArea-output")) continue;
      const found = contrast(parent);
      if (found < least.contrast) least = { contrast: found, text: node.data.trim().slice(0, 40) };
    }
    return least;
  };

  const outputs = (cell) =>
    [...cell.querySelectorAll(".jp-OutputArea-output")].map((output) => ({
      kind: output.dataset.mimeType ?? "",
      text: text(output),
    }));

  const notebook = [...document.querySelectorAll(".jp-Notebook")]
    .find((node) => node.checkVisibility());
  return [...notebook.querySelectorAll(".jp-Cell")].map((cell) => ({
    kind: cell.classList.contains("jp-CodeCell") ? "code" : "markdown",
    prompt: text(cell.querySelector(".jp-InputPrompt") ?? cell).trim(),
    outputs: outputs(cell),
    pictures: [...cell.querySelectorAll(
      ".jp-OutputArea-output img, .jp-RenderedMarkdown img")].map(picture),
    folds: cell.querySelectorAll("details").length,
    cut: cut(cell),
    faint: faint(cell),
  }));
}
