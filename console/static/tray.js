/** Shows the files that wait in a writing field, with pictures as pictures, until they are sent or taken out. */

import { el, fill, written } from "./dom.js";
import { icon } from "./icons.js";
import { PICTURES, bytes } from "./message.js";
import { toast } from "./notices.js";
import { t } from "./texts.js";

const LARGEST = 10 * 1024 * 1024;
const MOST = 10;

export class Tray {
  /** @type {{file: File, address: string}[]} */
  #files = [];

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.node = el("ul", { class: "tray", "aria-label": t("tray.label"), hidden: true });
  }

  get empty() {
    return this.#files.length === 0;
  }

  /** @param {File[]} files what cannot be sent is refused with a sentence */
  add(files) {
    for (const file of files) {
      if (file.size > LARGEST) toast(t("composer.attach_limit"), true);
      else if (file.size === 0) toast(t("tray.nothing_in_it", { name: file.name }), true);
      else if (this.#files.length >= MOST) toast(t("tray.most", { n: MOST }), true);
      else this.#files.push({ file: named(file), address: picture(file) ? URL.createObjectURL(file) : "" });
    }
    this.#show();
  }

  /** @returns {File[]} everything in it, which is then empty */
  take() {
    const files = this.#files.map(({ file }) => file);
    this.#files.forEach(forget);
    this.#files = [];
    this.#show();
    return files;
  }

  #show() {
    this.node.hidden = this.empty;
    fill(this.node, ...this.#files.map((one) => this.#item(one)));
    this.changed();
  }

  /** @param {{file: File, address: string}} one */
  #item(one) {
    const { name, size } = one.file;
    const words = t("tray.remove", { name });
    const remove = () => {
      forget(one);
      this.#files = this.#files.filter((other) => other !== one);
      this.#show();
    };
    const button = { type: "button", class: "icon-button", "aria-label": words, title: words, on: { click: remove } };
    return el(
      "li",
      { class: "tray-file" },
      one.address ? el("img", { src: one.address, alt: "" }) : icon("file"),
      el("span", { class: "tray-name" }, written(name), el("span", { class: "file-size" }, bytes(size))),
      el("button", button, icon("close")),
    );
  }
}

/** @param {File} file */
function picture(file) {
  return PICTURES.has(file.type);
}

/** @param {{address: string}} one let the browser give the picture's memory back */
function forget({ address }) {
  if (address) URL.revokeObjectURL(address);
}

/**
 * @param {File} file
 * @returns {File} a pasted picture under the moment it was pasted, as every browser calls all of them "image.png"
 */
function named(file) {
  if (!picture(file) || !/^image\.\w+$/.test(file.name)) return file;
  const now = new Date();
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join("-");
  return new File([file], `screenshot-${day}-${time}${file.name.slice(5)}`, { type: file.type });
}
