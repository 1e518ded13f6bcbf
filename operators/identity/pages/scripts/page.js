/** The page is in English; a reader’s own English says how they write dates. */
const locale = navigator.languages.find((language) => language.startsWith('en')) ?? 'en-GB';
const clock = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });

for (const time of document.querySelectorAll('time')) {
  time.textContent = clock.format(new Date(time.dateTime));
}

for (const element of document.querySelectorAll('[data-script]')) element.removeAttribute('hidden');

for (const button of document.querySelectorAll('[data-print]')) {
  button.addEventListener('click', () => print());
}

/**
 * What there is to copy: what a field holds, or the lines of a list.
 * @param {Element} element
 */
function content(element) {
  if (element instanceof HTMLInputElement) return element.value;
  const lines = [...element.querySelectorAll('li')];
  return (lines.length > 0 ? lines : [element]).map(({ textContent }) => textContent?.trim()).join('\n');
}

for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-copy]'))) {
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy ?? '');
    const said = button.closest('section')?.querySelector('.said');
    if (!source || !said) return;
    const copied = await navigator.clipboard.writeText(content(source)).then(
      () => true,
      () => false,
    );
    said.textContent = copied
      ? 'Copied.'
      : 'This browser did not let us copy it. Please mark it, and copy it by hand.';
  });
}
