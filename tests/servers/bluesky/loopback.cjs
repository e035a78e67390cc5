// Preloaded: whatever this process listens on, it listens on loopback alone.
const net = require('node:net');

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'object' && first !== null && first.path === undefined) {
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest);
  }
  if (typeof first === 'number' || /^\d+$/.test(String(first))) {
    return listen.call(this, first, '127.0.0.1', ...rest.filter((one) => typeof one !== 'string'));
  }
  if (first === undefined || typeof first === 'function') {
    return listen.call(this, 0, '127.0.0.1', ...(first ? [first, ...rest] : rest));
  }
  return listen.call(this, first, ...rest);
};
require('node:dns').setDefaultResultOrder('ipv4first');
