import tokens from '../../ui/tokens.css?raw';
import tokenColours from '../code/token-colours.css?raw';
import ansi from '../outputs/ansi.css?raw';
import page from './page.css?raw';

/** The looks of a page that is written out: the tokens, and what little the page needs of them. */
export const EXPORT_STYLE = [tokens, ansi, tokenColours, page].join('\n');
