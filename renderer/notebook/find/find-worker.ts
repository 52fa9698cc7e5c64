import { createFindWorker, type FindWork } from '../../../shared/notebook/find-work';

// A pattern can take any time: here it holds up nobody, and who asked ends this worker.
const answer = createFindWorker();
self.addEventListener('message', (event: MessageEvent<FindWork>) => {
  const { number } = event.data;
  self.postMessage({ number, outcome: null });
  self.postMessage({ number, outcome: answer(event.data) });
});
