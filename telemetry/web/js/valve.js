// Locking a valve, or another device, against others, and giving the lock up.

import { ask, confirm } from "./dialogs.js";

/** Locks a device with a reason, or gives the lock up. */
export async function toggleLock(app, device) {
  const path = `devices/${encodeURIComponent(device.name)}/`;
  if (device.lock) {
    if (await confirm(`Unlock ${device.name}?`, `Locked by ${device.lock.owner}: ${device.lock.reason || "no reason given"}.`, "Unlock", false)) {
      await app.commands.other("POST", `${path}unlock`, {}, `${device.name} unlocked`);
    }
    return;
  }
  const answer = await ask(`Lock ${device.name}`, "A lock keeps others from moving it until it is given up, or its time is over.", [
    { name: "reason", label: "Reason" },
    { name: "for", label: "For", options: [["12h", "12 hours"], ["30m", "30 minutes"], ["2h", "2 hours"], ["72h", "3 days"], ["720h", "30 days"]] },
  ], "Lock");
  if (answer) await app.commands.other("POST", `${path}lock`, Object.fromEntries(Object.entries(answer).filter(([, v]) => v !== "")), `${device.name} locked`);
}
