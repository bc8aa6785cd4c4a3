// Keys: each one clicks what is on the page already.

export {};
