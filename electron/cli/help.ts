/** The pages of `--help`, by command; the empty name is the first page. */
export const HELP: Readonly<Record<string, string>> = {
  '': `watchbook: runbooks are notebooks, run step by step

Usage: watchbook COMMAND [options]

  run FILE             execute a notebook into a copy
  resume RUN           go on with a run where it stands
  take-over RUN        drive a run that was started elsewhere
  kernels              list kernels, the places looked at, and what is wrong with some
  check FILE...        look for faults in notebook files
  open [FILE]          open the window
  runs                 list the runs of a library
  report RUN           print the report of a run
  verify RUN           check that the record of a run is whole
  withhold RUN FILE    take out of a run what should never have been written
  terminal ACTION      the shells that the window shows: list, attach, run, record
  engine status|stop   the process that holds kernels and runs

  --profile FOLDER     keep everything of this profile in one folder
  --version            print the version
  --help               this page; 'watchbook COMMAND --help' for one command

Examples:
  watchbook run deploy.ipynb
  watchbook run checks.ipynb --timeout 60 --json > checks.jsonl
  watchbook check runbooks/*.ipynb
  watchbook open deploy.ipynb
`,
  run: `watchbook run FILE: execute a notebook into a copy

Usage: watchbook run FILE [--kernel NAME] [--output OUT | --inplace] [--cwd DIR] [--timeout S]
                          [--allow-errors] [--output-limit BYTES|none] [--json]
       watchbook run FILE --env NAME [--param NAME=VALUE]... [--as DRIVER] [--run] ...

  --kernel NAME        use this kernel; 'watchbook kernels' lists them
  --output OUT         write the executed copy here; default: FILE's name with .executed.ipynb
  --inplace            write the results into FILE itself
  --cwd DIR            run in this folder; default: the notebook's
  --timeout S          seconds for each cell; then it is interrupted, and ended 5 s later
  --allow-errors       go on after a failed cell; the exit status is 1 all the same
  --output-limit N     keep this many bytes of a text output in the copy, or 'none' for all of it
  --json               one JSON object a line on standard output
  --env NAME           make a run with a record, in this environment of watchbook.json
  --param NAME=VALUE   a parameter of the run; numbers, true, false and null are what they say
  --run                make a run with a record where there is one environment alone
  --as DRIVER          who drives it; default: git's user.name, else your name here

Cells that are frozen, tagged skip-execution, or undo another step are passed over.
The path of the copy is the last line on standard output.
Exit status: 0 done, 1 a cell failed, 2 bad usage or file, 3 no kernel, 4 stopped at a gate, 5 engine lost, 130 Ctrl-C.

Examples:
  watchbook run deploy.ipynb
  watchbook run deploy.ipynb --kernel python3 --output out/deploy.ipynb
  watchbook run nightly.ipynb --allow-errors --timeout 90
`,
  resume: `watchbook resume RUN: go on with a run where it stands

Usage: watchbook resume RUN [--confirm] [--from CELL] [--rerun-above] [--json]

  --confirm            pass gates that want a confirmation; needs a terminal
  --from CELL          where to go on when the kernel is gone
  --rerun-above        run everything above that again first
  --json               the journal's events, one a line on standard output

Done steps are not repeated; the failed one is tried again.
Exit status: 0 done, 1 a step failed, 2 bad usage or somebody else drives it, 4 stopped at a gate, 130 Ctrl-C.

Examples:
  watchbook resume runs/deploy/20261124T021014Z-stage-7f3a2b
  watchbook resume . --from load --rerun-above
`,
  'take-over': `watchbook take-over RUN: drive a run that was started elsewhere

Usage: watchbook take-over RUN [--as NAME]

  --as NAME            who drives it from now on; git's user.name, else the account's, where it is not given

A run that came by a clone or a copy is only read until somebody takes it over. Its record says who did, and its checks
are asked only where their commands were seen here. Needs a terminal.
Exit status: 0 taken over, 2 no run, broken, or driven by somebody else, 4 no person there.

Examples:
  watchbook take-over runs/deploy/20261124T021014Z-stage-7f3a2b --as mara
`,
  terminal: `watchbook terminal: the shells that the window shows

Usage: watchbook terminal list [--json]
       watchbook terminal attach ID
       watchbook terminal run [--shell NAME] [--run RUN] [--json] -- COMMAND...
       watchbook terminal record ID --out FILE.cast [--overwrite]

  list                 id, name, what it does, and its folder
  attach ID            show it here, and type into it; ID is the beginning of its id, or its name
  run -- COMMAND...    run it in a shell on a terminal of its own, which the window shows too
  record ID            write what it shows into a file, as asciicast v2, until it ends or Ctrl-C

  --shell NAME         bash, zsh or fish; default: your login shell where it is one of them
  --run RUN            record it in that run, which this profile drives: its folder
  --json               one object on standard output: start, end, status, directory, output
  --out FILE.cast      the file, for your eyes alone; one that is there is left alone
  --overwrite          replace it

attach: Ctrl-] leaves it, and what runs in it goes on. The window may show it at the same time.
run: one word alone is a line of the shell ('make | tee log'), several are a program and its arguments. Keys, Ctrl-C and
the size of this terminal are the command's; standard input is typed.
Exit status of run: the command's; 125 where it could not be run or its end was not told, 130 Ctrl-C before it ran.
Of the others: 0 left or ended, 2 no such terminal, no terminal here, or no file, 5 engine lost.

Examples:
  watchbook terminal list
  watchbook terminal attach incident
  watchbook terminal run -- ./deploy.sh --to stage
  watchbook terminal run --json -- 'kubectl get pods | grep -c Running'
  watchbook terminal record incident --out incident.cast
`,
  kernels: `watchbook kernels: list kernels and where they were looked for

Usage: watchbook kernels [--json]

Examples:
  watchbook kernels
  watchbook kernels --json
`,
  check: `watchbook check FILE...: look for faults in notebook files

Usage: watchbook check FILE... [--json]
       watchbook check FILE --rewrite OUT

  --rewrite OUT        open FILE and save it as OUT, unedited; the bytes must be equal

Exit status: 0 valid, 1 faults found, 2 a file cannot be read.

Examples:
  watchbook check deploy.ipynb
  watchbook check runbooks/*.ipynb --json
`,
  open: `watchbook open [FILE | LINK]: open the window

Usage: watchbook open [FILE]
       watchbook open 'watchbook://open?library=NAME&runbook=PATH&cell=ID'
       watchbook open 'watchbook://open?library=NAME&runbook=PATH&env=NAME&p.NAME=VALUE&link=TEXT'

A link names a runbook of a library that is known here; nothing is fetched and nothing is run. With env, p.NAME,
link or commit the start dialog is shown, filled in and marked; a run begins when a person starts it.

Examples:
  watchbook open
  watchbook open deploy.ipynb
  watchbook open 'watchbook://open?library=ops-runbooks&runbook=releases/payments-api.ipynb'
`,
  runs: `watchbook runs [LIBRARY]: list the runs of a library, the latest first

Usage: watchbook runs [LIBRARY] [--json]

Without LIBRARY it is the one of this folder.

Examples:
  watchbook runs
  watchbook runs ~/ops-runbooks --json
`,
  report: `watchbook report RUN: print the report of a run

Usage: watchbook report RUN

RUN is the run's folder. The report is made anew from its files; nothing is written.

Examples:
  watchbook report runs/deploy/20261124T021014Z-prod-7f3a2b
  watchbook report . > report.md
`,
  verify: `watchbook verify RUN|LIBRARY: check that the record of a run is whole

Usage: watchbook verify RUN|LIBRARY [--require signed|pushed] [--json]

  --require WHAT       what is not signed, or in no pushed tag, counts as broken

Journal, content files, outputs, run.ipynb and report.md are held against one another. Of a library every run is
looked at, and runs that others name and that are missing are named. Nothing is written.
Exit status: 0 whole, 1 broken, 2 not a run.

Examples:
  watchbook verify runs/deploy/20261124T021014Z-prod-7f3a2b
  watchbook verify .
`,
  withhold: `watchbook withhold RUN FILE: take out of a run what should never have been written

Usage: watchbook withhold RUN FILE --reason R [--as NAME] [--json]

  --reason R           why; it stays in the record
  --as NAME            who does it; default: your name on this machine

FILE is a file in content/ or output/ of the run. An event takes its place, and the record stays whole. Files in which
the same text stands, as what a terminal showed of a step, are taken out with it and named.

Examples:
  watchbook withhold . content/000042-attempt.json --reason 'a token was printed'
`,
  engine: `watchbook engine status|stop: the process that holds kernels and runs

Usage: watchbook engine status [--json]
       watchbook engine stop [--force]

  --force              stop it although something runs; what ends with it is said

Examples:
  watchbook engine status
  watchbook engine stop
`,
};
