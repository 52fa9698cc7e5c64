import './app/style-nonce';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './ui/tokens.css';
import './ui/base.css';
import './ui/menu.css';
import './app/app.css';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { App } from './app/app';
import { createClient } from './rpc/client';

// zod would write functions as text, which the content policy refuses.
z.config({ jitless: true });

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root');
createRoot(root).render(<App client={createClient()} />);
