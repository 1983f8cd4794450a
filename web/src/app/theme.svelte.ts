export type Theme = 'system' | 'light' | 'dark';

const KEY = 'theme';

/** Light or dark: as the reader's system has it, unless the reader says otherwise. */
class Themes {
  chosen = $state<Theme>((localStorage.getItem(KEY) as Theme | null) ?? 'system');

  choose(theme: Theme): void {
    this.chosen = theme;
    localStorage.setItem(KEY, theme);
    this.show();
  }

  /** To the other of the two from what is seen now. */
  toggle(): void {
    const dark = this.chosen === 'dark' || (this.chosen === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
    this.choose(dark ? 'light' : 'dark');
  }

  show(): void {
    if (this.chosen === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.chosen;
  }
}

export const theme = new Themes();
