// The house rules that a linter can see. The walls between folders are tools/import-walls.mjs, the words tools/text-check.mjs.
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Longer than the rule on purpose: formats, tables and lists of words, each a single thing. */
const LONG_FILES = ['src/ui/locales/*.ts'];

const size = (maxLines, maxFunction) => ({
  'max-lines': ['error', { max: maxLines, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: maxFunction, skipBlankLines: true, skipComments: true }],
});

/** What is always a mistake. */
const SURE = Object.fromEntries([
  'constructor-super', 'for-direction', 'getter-return', 'no-async-promise-executor', 'no-case-declarations', 'no-class-assign', 'no-compare-neg-zero',
  'no-cond-assign', 'no-const-assign', 'no-constant-binary-expression', 'no-unexpected-multiline', 'no-debugger', 'no-delete-var', 'no-dupe-args',
  'no-dupe-class-members', 'no-dupe-else-if', 'no-dupe-keys', 'no-duplicate-case', 'no-empty', 'no-ex-assign', 'no-fallthrough', 'no-func-assign',
  'no-global-assign', 'no-implied-eval', 'no-import-assign', 'no-invalid-regexp', 'no-irregular-whitespace', 'no-loss-of-precision', 'no-new-func',
  'no-obj-calls', 'no-self-assign', 'no-self-compare', 'no-setter-return', 'no-shadow-restricted-names', 'no-sparse-arrays', 'no-template-curly-in-string',
  'no-this-before-super', 'no-unreachable', 'no-unsafe-finally', 'no-unsafe-negation', 'no-unsafe-optional-chaining', 'no-unused-labels',
  'no-useless-backreference', 'no-useless-catch', 'no-useless-escape', 'no-var', 'prefer-const', 'require-yield', 'use-isnan', 'valid-typeof',
].map((name) => [name, 'error']));

export default defineConfig(
  { ignores: ['dist/', 'dist.*/', 'dist-sdk/', 'node_modules/', 'coverage/', '**/*.d.mts', 'bench/results/'] },
  { rules: SURE },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: Object.fromEntries(
      ['process', 'console', 'setTimeout', 'clearTimeout', 'fetch', 'URL', 'Buffer', 'globalThis', 'performance', 'AbortController', 'TextEncoder', 'crypto'].map((name) => [name, 'readonly'])) },
    rules: { 'no-undef': 'error', 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }], eqeqeq: 'error', ...size(250, 60) },
  },
  { files: ['server/pages/*.js'], languageOptions: { globals: Object.fromEntries(['document', 'navigator', 'location', 'PublicKeyCredential'].map((name) => [name, 'readonly'])) } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: { parserOptions: { project: ['tsconfig/*.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      // Three is the habit, four the limit.
      'max-params': ['error', { max: 4 }],
      'no-restricted-syntax': ['error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what is exported.' },
        { selector: 'ExportAllDeclaration', message: 'Import from where a thing is defined.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union or a frozen object.' },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', name: ['describe', 'it', 'before', 'after', 'beforeEach', 'afterEach'], package: 'mocha' }] }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Every index may be undefined to the compiler; inside a loop over the length it is not.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `Result<void>` is a value that says no more than that it went well.
      '@typescript-eslint/no-invalid-void-type': 'off',
      ...size(250, 60),
    },
  },
  { files: ['src/**/*.ts'], rules: { 'no-console': 'error', 'no-eval': 'error', 'no-restricted-globals': ['error', 'localStorage', 'sessionStorage'] } },
  // The only places that print: service and self-test markers, ids alone.
  { files: ['src/ui/markers.ts', 'src/workers/markers.ts'], rules: { 'no-console': 'off' } },
  // An authority, or a set of routes, is one closure over what it was handed; what it holds are its calls, each short.
  { files: ['src/workers/**/*.ts', 'src/sync/**/*.ts', 'server/**/*.ts'], rules: { 'max-lines-per-function': ['error', { max: 100, skipBlankLines: true, skipComments: true }] } },
  { files: ['test/**/*.{ts,mjs,js}', 'bench/**/*.{ts,mjs}'], rules: { 'max-lines-per-function': 'off', 'max-params': 'off' } },
  { files: ['vite.config.ts', '*.config.{js,mjs,ts}'], rules: { 'no-restricted-syntax': 'off' } },
  { files: LONG_FILES, rules: { 'max-lines': 'off' } },
);
