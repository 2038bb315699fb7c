exports = text => [...text].length
