import * as z from 'zod';
import { defineContract, done, instantSchema, pathSchema, request } from '../rpc/contract';
import { recordingSchema } from './recording-contract';
import { tryConfirmationSchema } from '../runs/try-contract';
import { SEND_REFUSALS } from './send';

/** More on a screen nobody reads, and each row costs memory. */
const columnsSchema = z.number().int().min(2).max(1_000);
const rowsSchema = z.number().int().min(1).max(500);
const idSchema = z.string().max(100);
const titleSchema = z.string().trim().min(1).max(100);

/** What a terminal can be opened with: a shell of this machine, a host of the person's ssh, a command of the settings. */
export const terminalProfileSchema = z.object({
  /** `shell:zsh`, `ssh:bastion`, `command:Name`. */
  id: z.string().max(300),
  title: z.string(),
  kind: z.enum(['shell', 'ssh', 'command']),
  /** The one that is opened when nothing is chosen. */
  isUsual: z.boolean(),
});
export type TerminalProfile = z.infer<typeof terminalProfileSchema>;

export const terminalCommandSchema = z.object({
  id: z.number().int(),
  text: z.string().nullable(),
  directory: z.string().nullable(),
  started: instantSchema,
  ended: instantSchema.nullable(),
  status: z.number().int().nullable(),
  host: z.string().optional(),
});

/** How a shell ended. */
export const terminalEndSchema = z.object({
  at: instantSchema,
  /** Null where a signal ended it. */
  status: z.number().int().nullable(),
  signal: z.number().int().nullable(),
});
export type TerminalEnd = z.infer<typeof terminalEndSchema>;

export const terminalInfoSchema = z.object({
  id: z.string(),
  title: z.string(),
  profile: terminalProfileSchema,
  pid: z.number().int(),
  started: instantSchema,
  columns: columnsSchema,
  rows: rowsSchema,
  /** By the shell's own marks, else where it was started. */
  directory: z.string(),
  phase: z.enum(['unknown', 'prompt', 'input', 'running']),
  /** The command that runs, or the last one; null before the first. */
  command: terminalCommandSchema.nullable(),
  /** Where the shell inside that has the keys says that it is; absent where the terminal's own has them. */
  host: z.string().optional(),
  /** Since when what was typed to another machine has had no answer at all; absent where there is nothing to tell. */
  silentSince: instantSchema.optional(),
  /** Clients that look at it. */
  watchers: z.number().int(),
  ended: terminalEndSchema.nullable(),
  /** The run that records its commands; null where none does. */
  recording: recordingSchema.nullable(),
});
export type TerminalInfo = z.infer<typeof terminalInfoSchema>;

/** A place in a piece of output where a command began or ended, or a prompt was drawn. */
export const terminalMarkSchema = z.object({
  /** Characters into the piece. */
  at: z.number().int(),
  step: z.enum(['prompt', 'start', 'end']),
  /** The command that begins or ends here; null for a prompt. */
  command: z.number().int().nullable(),
});
export type TerminalMark = z.infer<typeof terminalMarkSchema>;

/** A file that a terminal shows: `elsewhere` is one that the library does not show. */
export const terminalFileSchema = z.object({
  path: z.string(),
  kind: z.enum(['runbook', 'text', 'elsewhere']),
});
export type TerminalFile = z.infer<typeof terminalFileSchema>;

/** What became of a text that was to be sent; see {@link SendAnswer}. */
export const sendAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sent'), command: z.number().int().nullable() }),
  z.object({ kind: z.literal('refused'), reason: z.enum(SEND_REFUSALS), message: z.string() }),
  z.object({ kind: z.literal('lost'), message: z.string() }),
]);

/** A piece of output is at most about this long. Characters. */
export const OUTPUT_PIECE = 131_072;
/** So much may be under way to one client, for each terminal, before the engine waits for it. Characters. */
export const OUTPUT_WINDOW = 393_216;

const terminal = z.object({ terminal: idSchema });

/** Shells on a pty that the engine owns. Windows and commands look at them; they go on without. */
export const terminalContract = defineContract({
  requests: {
    'terminal.profiles': request(
      'person',
      z.object({}),
      z.object({ profiles: z.array(terminalProfileSchema) }),
    ),
    /** `settled`: once each shell has begun what was just entered at its prompt, or a moment has passed. */
    'terminal.list': request(
      'person',
      z.object({ settled: z.boolean().optional() }),
      z.object({ terminals: z.array(terminalInfoSchema) }),
    ),
    /** Starts a shell. `not-found`: the shell or the folder; `busy`: no more terminals can be had. */
    'terminal.open': request(
      'person',
      z.object({
        /** Absent: the usual one. */
        profile: z.string().max(300).optional(),
        /** Absent: the home folder. */
        directory: pathSchema.optional(),
        /** The variables of a command that opens it; absent: those of the login shell. */
        environment: z.record(z.string(), z.string()).optional(),
        columns: columnsSchema,
        rows: rowsSchema,
      }),
      terminalInfoSchema,
    ),
    /**
     * What the screen shows with all that can be scrolled back to, as a text that draws it. From then on this client
     * gets `terminal.output`, and says with `terminal.taken` what it has drawn.
     */
    'terminal.attach': request(
      'person',
      terminal.extend({
        /** The program waits for this client however long it takes nothing: for one that must not miss a byte. */
        waits: z.boolean().optional(),
        /**
         * A client that is a screen, and can scroll back so many lines: of a flood it gets no more than it can show
         * in the end, as fast as it draws. Absent: it gets every byte.
         */
        scrollback: z.number().int().min(0).optional(),
      }),
      z.object({
        info: terminalInfoSchema,
        screen: z.string(),
        /** The newest commands, each with the row of its prompt in what `screen` draws; null where that is gone. */
        commands: z.array(terminalCommandSchema.extend({ row: z.number().int().nullable() })),
      }),
    ),
    'terminal.detach': request('person', terminal, done),
    /** So many characters of output were drawn; the engine may send as many again. */
    'terminal.taken': request('person', terminal.extend({ characters: z.number().int().min(1) }), done),
    /**
     * Where a file lies that output names, as seen from where its command ran. `forbidden` for one on another
     * machine, `not-found` where none is there. It is neither read nor run.
     */
    'terminal.findFile': request(
      'person',
      terminal.extend({
        path: pathSchema,
        /** The host of a `file:` address; empty for none. */
        host: z.string().max(300),
        /** The command that printed it; null where that is not known. */
        command: z.number().int().nullable(),
      }),
      terminalFileSchema,
    ),
    /** What was typed or pasted. */
    'terminal.write': request('person', terminal.extend({ data: z.string().max(4_194_304) }), done),
    /** Where a text could be sent to now: null for a shell at an empty prompt, else why not. Nothing is typed. */
    'terminal.standing': request(
      'person',
      z.object({}),
      z.object({
        terminals: z.array(z.object({ terminal: z.string(), refusal: z.enum(SEND_REFUSALS).nullable() })),
      }),
    ),
    /**
     * Types a text as one command where the shell stands at an empty prompt, and answers when it began. `force`: a
     * person was told that this shell gives no marks, and looked at its prompt.
     */
    'terminal.send': request(
      'person',
      terminal.extend({ text: z.string().max(1_048_576), force: z.boolean().default(false) }),
      sendAnswerSchema,
    ),
    /**
     * As `terminal.send`, of cells of an open notebook. Those of a runbook are held to the rules for trying them:
     * `forbidden` where those keep them back and for a step of a strict run, `needs-consent` where a person has to say yes first.
     */
    'terminal.sendCells': request(
      'person',
      terminal.extend({
        text: z.string().max(1_048_576),
        force: z.boolean().default(false),
        document: z.string().max(100),
        cells: z.array(z.string().max(64)).min(1).max(10_000),
        confirmed: tryConfirmationSchema.optional(),
      }),
      sendAnswerSchema,
    ),
    /** A line that makes a shell inside (over ssh) mark its commands, and the hooks that follow it without echo. */
    'terminal.offerMarks': request(
      'person',
      terminal,
      z.object({ token: z.string(), line: z.string(), hooks: z.string() }),
    ),
    /** Types the line that was offered, and gives the hooks to the shell that answers it. `timeout`: none did. */
    'terminal.giveMarks': request(
      'person',
      terminal.extend({ token: z.string().max(64) }),
      z.object({ host: z.string(), shell: z.enum(['bash', 'zsh', 'fish']) }),
    ),
    'terminal.resize': request('person', terminal.extend({ columns: columnsSchema, rows: rowsSchema }), done),
    'terminal.rename': request('person', terminal.extend({ title: titleSchema }), done),
    /** Forgets what can be scrolled back to, for everybody. */
    'terminal.clear': request('person', terminal, done),
    /** What one of the newest commands printed, whether it runs or has ended. `not-found`: it is not kept any more. */
    'terminal.commandOutput': request(
      'person',
      terminal.extend({ command: z.number().int().min(1), raw: z.boolean().optional() }),
      z.object({
        command: terminalCommandSchema,
        /** As a terminal would show it, with colour codes. */
        shown: z.string(),
        /** All that was written, with its sequences; null where it was not asked for. */
        raw: z.string().nullable(),
        /** Characters that are not kept, between both ends. */
        cut: z.number().int(),
      }),
    ),
    /**
     * Ends the shell as a terminal that is closed does, and takes it off the list; `busy` where it still runs after
     * that. `force` ends it and its jobs for good.
     */
    'terminal.close': request('person', terminal.extend({ force: z.boolean() }), done),
  },
  events: {
    /** All terminals, when one came, went or changed. */
    'terminal.changed': z.object({ terminals: z.array(terminalInfoSchema) }),
    'terminal.output': z.object({
      terminal: z.string(),
      data: z.string(),
      marks: z.array(terminalMarkSchema),
    }),
    /** The client took nothing for long, and output was left out for it: it attaches anew. */
    'terminal.behind': z.object({ terminal: z.string() }),
    /** The shell has ended, and this client was sent all that it wrote. */
    'terminal.left': z.object({ terminal: z.string(), end: terminalEndSchema }),
    /** A command began or ended, or its text became known. */
    'terminal.command': z.object({ terminal: z.string(), command: terminalCommandSchema }),
    /** A program would put this on the clipboard. */
    'terminal.copyAsked': z.object({ terminal: z.string(), text: z.string() }),
  },
});
