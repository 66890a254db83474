// The one visual shell of welcome, greeter, lock screen and restore: a calm backdrop and a centred column.
import { css } from 'lit';

export const signShell = css`
  :host {
    min-block-size: 100dvh; display: grid; grid-template-columns: minmax(0, 1fr);
    background: radial-gradient(80rem 50rem at 50% -10rem, var(--nx-accent-soft), transparent 70%) var(--nx-backdrop);
  }
  main { display: grid; justify-items: center; align-content: safe center; gap: 2rem; padding: clamp(1.5rem, 5vh, 4rem) 1rem; grid-template-columns: minmax(0, 1fr); }
  .login { inline-size: min(92%, 340px); display: grid; gap: 1rem; justify-items: stretch; }
  .sheet {
    inline-size: min(100%, 34rem); background: var(--nx-surface); border: 1px solid var(--nx-line); border-radius: 20px;
    box-shadow: var(--nx-shadow); padding: clamp(1.25rem, 5vw, 2.5rem); display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr);
  }
  .sheet > header { display: grid; gap: 0.5rem; }
  .below { display: flex; flex-wrap: wrap; gap: 0.5rem; justify-content: center; }
  .who { display: grid; justify-items: center; gap: 0.875rem; text-align: center; overflow-wrap: anywhere; }
  @media (max-width: 26rem) {
    main.filled { padding: 0; align-content: start; }
    main.filled .sheet { border: 0; border-radius: 0; box-shadow: none; min-block-size: 100dvh; align-content: start; }
  }
`;
