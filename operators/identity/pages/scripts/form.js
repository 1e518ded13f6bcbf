/**
 * Says what went wrong where the page says such things, so that it is read aloud; nothing takes it back.
 * @param {string} [words]
 */
export function say(words) {
  const place = document.querySelector('.problem');
  if (words === undefined) return place?.replaceChildren();
  const paragraph = document.createElement('p');
  paragraph.textContent = words;
  place?.replaceChildren(paragraph);
}

/**
 * Does what a form’s button is for, which can’t be pressed meanwhile.
 * @param {HTMLFormElement} form
 * @param {() => Promise<void>} work
 * @param {(error: unknown) => string | undefined} inWords
 */
export async function carryOut(form, work, inWords) {
  const button = form.querySelector('button');
  say();
  button?.setAttribute('aria-disabled', 'true');
  try {
    await work();
  } catch (error) {
    button?.removeAttribute('aria-disabled');
    say(inWords(error));
  }
}

/**
 * Calls back when a form is sent, in place of sending it; not while it is being carried out.
 * @param {HTMLFormElement} form
 * @param {() => void} callback
 */
export function onSubmit(form, callback) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (form.querySelector('button')?.getAttribute('aria-disabled') !== 'true') callback();
  });
}
